// Runs only in browsers without JavaScript modules, which cannot run anything else here.
(function () {
  var wait = document.querySelector('.shell-wait');
  if (wait) {
    wait.textContent = 'Trình duyệt này quá cũ. Ứng dụng cần Chrome 107 hoặc Safari 16.4 trở lên: ' +
      'hãy cập nhật trình duyệt rồi mở lại trang này.';
  }
})();
